import { relatedOperation } from './related';

/** Get Users: an item for each user of a case. */
export const { description, run } = relatedOperation('getUsers', 'users');
