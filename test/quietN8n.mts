// n8n-core logs its nodes' messages to the console by default.
process.env['N8N_LOG_LEVEL'] = 'silent';
