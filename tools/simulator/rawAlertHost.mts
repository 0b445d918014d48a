import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import { Recorder } from './recorder.mts';
import type { StoredAlert } from './storedAlert.mts';

/** Another host, from which raw alerts are downloaded at addresses that only the service knows. */
export class RawAlertHost {
	url = '';
	readonly recorder = new Recorder();
	private readonly app = fastify();
	private readonly bySecret = new Map<string, StoredAlert>();

	constructor() {
		this.app.addHook('onRequest', (request, _reply, done) => {
			this.recorder.record(request);
			done();
		});
		this.app.get<{ Params: { secret: string } }>('/raw-alerts/:secret', (request, reply) => {
			const found = this.bySecret.get(request.params.secret);
			if (found === undefined) return reply.code(403).type('application/xml').send('<Error/>');
			return reply.type('application/json').send(JSON.stringify(found.raw));
		});
	}

	/** On 127.0.0.1, at any free port. */
	async start(): Promise<void> {
		this.url = await this.app.listen({ host: '127.0.0.1', port: 0 });
	}

	async close(): Promise<void> {
		await this.app.close();
	}

	/** An address for one alert. */
	urlOf(alert: StoredAlert): string {
		const secret = randomUUID();
		this.bySecret.set(secret, alert);
		return `${this.url}/raw-alerts/${secret}`;
	}
}
