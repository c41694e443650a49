import express, { type Express, type Request } from 'express';
import type { User } from './user';

export function makeServer(users: User[]): Express {
  const server = express();
  server.get('/users', (_request: Request, response) => {
    response.json(users);
  });
  return server;
}
