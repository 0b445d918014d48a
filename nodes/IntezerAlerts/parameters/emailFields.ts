import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isObject } from '../../intezer/json';
import type { EmailFields } from '../../intezer/types';
import { isBlank, ParameterError, readText } from '../../n8n/parameterValues';
import { environmentParameter } from './environment';

const additionalInfo: INodeProperties = {
	displayName: 'Additional Info',
	name: 'additionalInfo',
	type: 'json',
	default: '',
	placeholder: 'e.g. {"ticket": "SOC-1042"}',
	description: 'Information about the email to store with the alert, as a JSON object',
};

const alertSender: INodeProperties = {
	displayName: 'Alert Sender',
	name: 'alertSender',
	type: 'string',
	default: '',
	placeholder: 'e.g. n8n',
	description: 'Name of the system that submits the email',
};

const defaultVerdict: INodeProperties = {
	displayName: 'Default Verdict',
	name: 'defaultVerdict',
	type: 'string',
	default: '',
	placeholder: 'e.g. false_positive',
	description: 'Verdict of the alert unless the triage finds another one',
};

const environment: INodeProperties = {
	...environmentParameter,
	description: 'Environment in which to create the alert',
};

const zipPassword: INodeProperties = {
	displayName: 'ZIP Password',
	name: 'zipPassword',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: 'Password of the ZIP file, if the email is in one',
};

export const emailFieldParameters: INodeProperties[] = [
	environment,
	defaultVerdict,
	alertSender,
	additionalInfo,
	zipPassword,
];

/** What to send with the email; blank fields and an empty password are left out. @throws ParameterError */
export function readEmailFields(n8n: IExecuteFunctions, itemIndex: number): EmailFields {
	const textOf = ({ name, displayName }: INodeProperties): string | undefined => {
		const value: unknown = n8n.getNodeParameter(name, itemIndex, '');
		return isBlank(value) ? undefined : readText(value, displayName);
	};
	const info = readAdditionalInfo(n8n.getNodeParameter('additionalInfo', itemIndex, ''));
	const fields = {
		environment: textOf(environment),
		default_verdict: textOf(defaultVerdict),
		alert_sender: textOf(alertSender),
		additional_info: info,
		zip_password: readPassword(n8n.getNodeParameter('zipPassword', itemIndex, '')),
	};
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** With its spaces, which belong to a password. @throws ParameterError, which does not show the value */
function readPassword(value: unknown): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	if (typeof value === 'number' && !Number.isSafeInteger(value)) {
		throw new ParameterError(
			`'${zipPassword.displayName}' is a number that is too large to be exact`,
			'Use text instead, which keeps every digit.',
		);
	}
	return typeof value === 'string' ? value : readText(value, zipPassword.displayName);
}

/** JSON text; undefined for a blank value or an empty object. */
function readAdditionalInfo(value: unknown): string | undefined {
	if (isBlank(value)) return undefined;
	const info = typeof value === 'string' ? parsed(value) : value;
	if (isObject(info)) return Object.keys(info).length === 0 ? undefined : JSON.stringify(info);
	throw new ParameterError(
		`'${additionalInfo.displayName}' is not a JSON object`,
		'Enter JSON such as {"ticket": "SOC-1042"}, or use an expression that returns an object.',
	);
}

/** Undefined for anything but JSON. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
