import { UserError } from '../../n8n/errors/userError';

/** n8n has not loaded the credential when the poll had to end. */
export class CredentialTimeout extends UserError {
	constructor() {
		super(
			'n8n did not load the credential in time',
			"Check that n8n's database responds, and the external secrets store if the credential uses one.",
		);
	}
}
