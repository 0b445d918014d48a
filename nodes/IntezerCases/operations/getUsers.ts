import { relatedOperation } from './related';

export const getUsers = relatedOperation('users', {
	name: 'Get Users',
	value: 'getUsers',
	action: 'Get the users of a case',
	description:
		'Get an item for each user in one case: the email address and what else Intezer knows of them',
});
