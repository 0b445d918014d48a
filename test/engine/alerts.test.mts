// n8n's engine takes seconds to load, so these tests load it once.
import './alerts/cases.spec.mts';
import './alerts/email.spec.mts';
import './alerts/filters.spec.mts';
import './alerts/get.spec.mts';
import './alerts/getMany.spec.mts';
import './alerts/notify.spec.mts';
import './alerts/raw.spec.mts';
import './alerts/search.spec.mts';
