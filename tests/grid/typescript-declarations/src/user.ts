import { z } from 'zod';

// No annotation: the declaration must name zod's types by itself.
export const user = z.object({ name: z.string(), tags: z.array(z.string()).optional() });
export type User = z.infer<typeof user>;
