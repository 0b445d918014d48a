// Data tables, through the API that n8n's editor uses.
import { HostError } from './hostError.mts';
import { array, record, text } from './looseJson.mts';
import { dataOf, jsonBody, type N8nSession } from './session.mts';

type Row = Readonly<Record<string, unknown>>;

/** A data table in the owner's personal project. */
export interface DataTable {
	readonly id: string;
	/** Adds rows. */
	insert(rows: readonly Row[]): Promise<void>;
	/** Changes every row whose columns have the values of `which`; a `%` in them stands for any text. */
	update(which: Row, values: Row): Promise<void>;
	/** All rows. */
	rows(): Promise<Row[]>;
}

/** Maximum number of rows that n8n returns at once. */
const PAGE_SIZE = 250;

/** Creates a data table whose columns are all of type string. */
export async function createDataTable(
	session: N8nSession,
	name: string,
	columns: readonly string[],
): Promise<DataTable> {
	const project = record(await dataOf(await session('/rest/projects/personal')));
	const tables = `/rest/projects/${text(project['id']) ?? ''}/data-tables`;
	const body = { name, columns: columns.map((column) => ({ name: column, type: 'string' })) };
	const id = text(record(await dataOf(await session(tables, jsonBody(body))))['id']);
	if (id === undefined) throw new HostError(`n8n created the data table ${name} without an ID`);

	return {
		id,
		insert: async (rows) => {
			await dataOf(
				await session(`${tables}/${id}/insert`, jsonBody({ data: rows, returnType: 'count' })),
			);
		},
		update: async (which, values) => {
			const filters = Object.entries(which).map(([columnName, value]) => ({
				columnName,
				condition: 'like',
				value,
			}));
			const change = jsonBody({ filter: { type: 'and', filters }, data: values });
			await dataOf(await session(`${tables}/${id}/rows`, { ...change, method: 'PATCH' }));
		},
		rows: async () => {
			const found: Row[] = [];
			for (;;) {
				const path = `${tables}/${id}/rows?take=${PAGE_SIZE}&skip=${found.length}&sortBy=id:asc`;
				const { count, data } = record(await dataOf(await session(path)));
				const page = array(data).map(record);
				for (const row of page) found.push(row);
				if (page.length === 0 || found.length >= Number(count)) return found;
			}
		},
	};
}
