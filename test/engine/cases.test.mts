// n8n's engine takes seconds to load, so these tests load it once.
import './cases/filters.spec.mts';
import './cases/get.spec.mts';
import './cases/outcomes.spec.mts';
import './cases/related.spec.mts';
import './cases/search.spec.mts';
