/**
 * How an attempt to find every match ended:
 * - `complete`: for every match there was a response that would have contained it
 * - `unstable`: the entries changed faster than they could be read
 * - `refused`: the service does not accept the request, or accepts too few ids to make progress
 * - `ignored`: the service accepts the request, but does not apply its filter
 */
export type Completeness = 'complete' | 'unstable' | 'refused' | 'ignored';
