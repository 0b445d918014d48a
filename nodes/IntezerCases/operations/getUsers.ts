import { relatedEntitiesOperation } from './relatedEntities';

export const getUsers = relatedEntitiesOperation('users', {
	name: 'Get Users',
	value: 'getUsers',
	action: 'Get the users of a case',
	description:
		'Get an item for each user in one case: the email address and what else Intezer knows of them',
});
