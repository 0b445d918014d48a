// n8n's engine takes seconds to load, so these tests load it once.
import './trigger/createdWithin.spec.mts';
import './trigger/deadline.spec.mts';
import './trigger/events.spec.mts';
import './trigger/heartbeat.spec.mts';
import './trigger/outage.spec.mts';
import './trigger/publications.spec.mts';
import './trigger/state.spec.mts';
