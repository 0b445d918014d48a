// n8n's engine takes seconds to load, so these tests load it once.
import './requests/credential.spec.mts';
import './requests/errors.spec.mts';
import './requests/n8nContract.spec.mts';
import './requests/retries.spec.mts';
import './requests/tls.spec.mts';
