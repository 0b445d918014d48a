import { relatedEntitiesOperation } from './relatedEntities';

export const getUsers = relatedEntitiesOperation('users', {
	name: 'Get Users',
	value: 'getUsers',
	action: 'Get the users of a case',
	description: 'Get the users involved in a case, one item per user',
});
