import { Router } from 'express';

// The inferred type is declared in @types/express-serve-static-core, which only @types/express depends on.
export const routes = Router();
