// n8n-core logs to the console what its nodes tell it, unless told not to.
process.env['N8N_LOG_LEVEL'] = 'silent';
