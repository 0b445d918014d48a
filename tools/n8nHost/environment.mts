// The environment variables of n8n: the few inherited ones, and n8n's settings.

const INHERITED =
	/^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|((HTTPS?|ALL|NO)_PROXY)|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|(LOCAL)?APPDATA|USERPROFILE|HOMEDRIVE|HOMEPATH|PROGRAM(DATA|FILES).*)$/i;

/** The variables of this process that do not change n8n's behavior. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
	const inherited: NodeJS.ProcessEnv = {};
	for (const [name, value] of Object.entries(process.env)) {
		if (INHERITED.test(name)) inherited[name] = value;
	}
	// The simulator is on this machine: requests to it must bypass a proxy.
	const direct = [inherited['NO_PROXY'] ?? inherited['no_proxy'], '127.0.0.1', 'localhost'];
	inherited['NO_PROXY'] = inherited['no_proxy'] = direct.filter(Boolean).join(',');
	return inherited;
}

export interface N8nSettings {
	/** n8n's version. */
	readonly version: string;
	/** n8n keeps everything in `.n8n` in this folder. */
	readonly userFolder: string;
	/** The port of n8n's editor and API. */
	readonly port: number;
	/** The port for n8n's own task runners. */
	readonly brokerPort: number;
}

/** The environment of an n8n that listens on this machine only, and sends no requests of its own. */
export function n8nEnvironment(settings: N8nSettings): NodeJS.ProcessEnv {
	const { version, userFolder, port, brokerPort } = settings;
	return {
		...inheritedEnvironment(),
		N8N_USER_FOLDER: userFolder,
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		N8N_HOST: '127.0.0.1',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		// Without TLS a browser would not send a secure cookie back.
		N8N_SECURE_COOKIE: 'false',
		GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
		// n8n 1 has no connection pool by default, and then parallel transactions fail. n8n 2 always has one.
		DB_SQLITE_POOL_SIZE: '4',
		// One JSON object per line: the result of an execution can be found in it.
		N8N_LOG_FORMAT: 'json',
		N8N_LOG_LEVEL: 'info',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		// The lists of verified packages and of MCP servers come from n8n's servers.
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		// n8n 1 has no such module, and does not start if it is disabled.
		...(version.startsWith('1.') ? {} : { N8N_DISABLED_MODULES: 'mcp-registry' }),
	};
}
