// What `npm run lint:phrases` runs: finds phrases that sound translated, and says what to write instead.
import { readFileSync } from 'node:fs';
import { execaSync } from 'execa';

/** Each phrase, as a regular expression, and what to write instead. */
const REPLACEMENTS: ReadonlyArray<readonly [phrase: string, instead: string]> = [
	['anew', 'again; starts over'],
	['asks? to wait', 'asks to retry after'],
	['begins? from there', 'starts there'],
	['by itself', 'automatically'],
	['c[ao]mes? out empty', 'returns no value'],
	['(come|comes|came|coming) to match', 'starts to match'],
	['costs? no', 'needs no; loses no'],
	['for good', 'permanently'],
	['go(es)? on', 'continues'],
	['got from', 'issued by'],
	['in silence', 'silently'],
	['in step with', 'at the same time as'],
	['in the clear', 'unencrypted'],
	['in vain', 'without effect'],
	['is none that', 'is not one that'],
	['is owed', 'is expected'],
	['is told of', 'gets; sees'],
	['leads? into an object', 'use dot notation for nested fields'],
	['lets? (\\w+ )?through', 'matches'],
	['lives? by', 'uses'],
	['on-premise', 'on-premises'],
	['side by side', 'in parallel'],
	['so many', 'this many'],
	['stands? beside', "can't be combined with"],
	['such as stand', 'such as'],
	['(take|takes|taking|took) stock', 'records a baseline'],
	['tells? (a|each|its|the) cases?', 'sends; posts'],
	['that (is|are) no more', 'that no longer exists'],
	['the most (cases|changes|entries|requests|responses|rows)', 'maximum number of'],
	['under way', 'in progress; in flight'],
	['what (it|they) ha(s|ve) of', 'its; their'],
	['who(ever)? (reaches|stands|waits)', 'anyone who'],
	['whoever', 'anyone who'],
	['without need', 'needlessly'],
	['you imported in', 'you imported the workflow in'],
];
const ANY = new RegExp(`\\b(${REPLACEMENTS.map(([phrase]) => phrase).join('|')})\\b`, 'gi');

const { stdout } = execaSync('git', ['ls-files', '*.ts', '*.mts', '*.md', '*.json', '*.yml']);
const files = stdout
	.split('\n')
	.filter((file) => !/^(package-lock\.json|tools\/lintPhrases)/.test(file));

let found = 0;
for (const file of files) {
	const lines = readFileSync(file, 'utf8').split('\n');
	for (const [index, line] of lines.entries()) {
		for (const [phrase] of line.matchAll(ANY)) {
			const [, instead = ''] =
				REPLACEMENTS.find(([pattern]) => new RegExp(`^${pattern}$`, 'i').test(phrase)) ?? [];
			console.error(`${file}:${index + 1}: "${phrase}". Write: ${instead}`);
			found++;
		}
	}
}
process.exitCode = found === 0 ? 0 : 1;
