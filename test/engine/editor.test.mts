// n8n's engine takes seconds to load, so these tests load it once.
import './editor/description.spec.mts';
import './editor/documentation.spec.mts';
import './editor/listAccounts.spec.mts';
import './editor/listCases.spec.mts';
