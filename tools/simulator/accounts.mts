import { faker } from '@faker-js/faker/locale/en';

/** An account of the organization; times as RFC 1123 text. */
export interface SimulatedAccount {
	readonly account_id: string;
	readonly account_name: string;
	readonly account_email: string;
	readonly created_time: string;
	readonly last_sign_in_time: string;
}

const DAY = 86_400;

/** The account that the API key belongs to. `now` in Unix seconds. */
export function ownAccount(now: number): SimulatedAccount {
	return account('00000000-0000-4000-8000-0000000000ac', 'n8n Automation', 'n8n', now);
}

/** An account with an invented name for each different id. `now` in Unix seconds. */
export function accountsWithIds(ids: Iterable<string>, now: number): SimulatedAccount[] {
	faker.seed(1);
	return [...new Set(ids)].sort().map((id, index) => {
		const [first, last] = [faker.person.firstName(), faker.person.lastName()];
		const login = `${first}.${last}${index}`.toLowerCase().replace(/[^a-z0-9.]/g, '');
		return account(id, `${first} ${last}`, login, now - index * DAY);
	});
}

function account(id: string, name: string, login: string, now: number): SimulatedAccount {
	const daysAgo = (days: number) => new Date((Math.floor(now) - days * DAY) * 1000).toUTCString();
	return {
		account_id: id,
		account_name: name,
		account_email: `${login}@example.com`,
		created_time: daysAgo(400),
		last_sign_in_time: daysAgo(1),
	};
}
