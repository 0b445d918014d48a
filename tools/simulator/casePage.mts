import type { SimulatedCase } from './simulatedCase.mts';

/** The HTML page that a case's link opens. */
export function casePage(shown: SimulatedCase): string {
	const rows: Array<[string, string]> = [
		['Case', shown.case_id],
		['Status', shown.case_status],
		['Priority', shown.case_priority],
		['Alerts', String(shown.alerts_count)],
		['Sources', shown.case_sources.join(', ')],
		['Tags', shown.case_tags.join(', ')],
		['Risk category', shown.case_triage?.risk_category ?? ''],
		['Case verdict', shown.case_triage?.case_verdict ?? ''],
		['Response status', shown.case_triage?.response_status ?? ''],
		['Analyst verdict', shown.analyst_verdict ?? ''],
		['Created', timeText(shown.creation_time)],
		['Modified', timeText(shown.modification_time)],
		['Last alert attached', timeText(shown.last_attached_alert_time)],
		['Devices', shown.devices.map((device) => device.hostname).join(', ')],
		['Users', shown.users.map((user) => user.user_email ?? user.user_name ?? '').join(', ')],
		['TTPs', shown.ttps.map((ttp) => `${ttp.ttp_id} ${ttp.ttp_name ?? ''}`).join(', ')],
	];
	const table = rows
		.map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`)
		.join('\n');
	return page(shown.case_title, `<table>\n${table}\n</table>`);
}

/** The page for a case that does not exist. */
export function noCasePage(): string {
	return page('Case not found', '<p>The simulator has no case with this id.</p>');
}

function page(title: string, content: string): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escape(title)}</title>
<style>body{font:16px sans-serif;margin:2rem}th{text-align:left;padding:.2rem 1rem .2rem 0}</style>
</head>
<body>
<h1>${escape(title)}</h1>
${content}
<p><small>A simulated case: nothing here is real.</small></p>
</body>
</html>
`;
}

function escape(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function timeText(seconds: number): string {
	return new Date(seconds * 1000).toISOString();
}
