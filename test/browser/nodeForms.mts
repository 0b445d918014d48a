// The parameters that the editor must show for a node, read from the descriptions that n8n sends it.
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';

type Values = Readonly<Record<string, unknown>>;

/** A parameter, or an entry of a collection, that the editor shows. */
export interface ShownParameter {
	readonly name: string;
	readonly label: string;
	readonly type: string;
	/** The labels in its list. */
	readonly choices: readonly string[];
}

/** A node with one operation or event selected, and everything added that can be added. */
export interface NodeForm {
	/** The operation's or event's label. */
	readonly title: string;
	readonly parameters: Values;
	readonly shown: readonly ShownParameter[];
}

interface Description {
	readonly name: string;
	readonly displayName: string;
	readonly type: string;
	readonly default: unknown;
	readonly displayOptions: unknown;
	/** Choices of a list, entries of a collection, or groups of a fixed collection. */
	readonly options: readonly unknown[];
}

/** The parameters that decide which others are shown. */
const CHOOSERS = ['operation', 'event'];
/** Types without a label and an input of their own. */
const SILENT = ['hidden', 'notice'];
/** n8n's own parameter, in every trigger that polls. */
const ADDED_BY_N8N = ['pollTimes'];

/** The forms of one node of `/types/nodes.json`. */
export function nodeForms(nodeType: unknown): NodeForm[] {
	const properties = array(record(nodeType)['properties']).map(description);
	const chooser = properties.find(({ name }) => CHOOSERS.includes(name));
	return (chooser?.options ?? []).map((option) => {
		const { name: title, value } = record(option);
		return { title: text(title) ?? '', ...form(properties, { [chooser?.name ?? '']: value }) };
	});
}

function form(properties: readonly Description[], chosen: Values): Omit<NodeForm, 'title'> {
	const parameters: Record<string, unknown> = {};
	const shown: ShownParameter[] = [];
	for (const each of properties) {
		const values = { ...parameters, ...chosen };
		if (ADDED_BY_N8N.includes(each.name) || !isShown(each, values)) continue;
		parameters[each.name] = chosen[each.name] ?? filled(each, values, shown);
	}
	return { parameters, shown };
}

/** The value with which a parameter shows everything in it, which is added to `shown`. */
function filled(parameter: Description, values: Values, shown: ShownParameter[]): unknown {
	const { name, displayName: label, type, options } = parameter;
	const choices = type.toLowerCase().endsWith('options')
		? options.map((option) => text(record(option)['name']) ?? '')
		: [];
	if (!SILENT.includes(type)) shown.push({ name, label, type, choices });
	if (type === 'collection') return filledAll(options.map(description), values, shown);
	if (type !== 'fixedCollection') return parameter.default;
	return Object.fromEntries(
		options.map(record).map((group) => {
			const entries = array(group['values']).map(description);
			return [text(group['name']) ?? '', [filledAll(entries, values, shown)]];
		}),
	);
}

function filledAll(parameters: readonly Description[], values: Values, shown: ShownParameter[]) {
	return Object.fromEntries(
		parameters
			.filter((each) => isShown(each, values))
			.map((each) => [each.name, filled(each, values, shown)]),
	);
}

function isShown({ displayOptions }: Description, values: Values): boolean {
	const { show, hide } = record(displayOptions);
	const holds = ([name, wanted]: [string, unknown]) =>
		array(wanted).includes(values[name.replace(/^\//, '')]);
	return Object.entries(record(show)).every(holds) && !Object.entries(record(hide)).some(holds);
}

function description(value: unknown): Description {
	const { name, displayName, type, default: standard, displayOptions, options } = record(value);
	return {
		name: text(name) ?? '',
		displayName: text(displayName) ?? '',
		type: text(type) ?? '',
		default: standard,
		displayOptions,
		options: array(options),
	};
}
