/**
 * A map whose size is bounded: when the total weight exceeds `capacity`, the least recently used entries are dropped.
 * n8n does not tell a node when its workflow is deleted, so whatever a process keeps for each workflow must be bounded.
 */
export class LruMap<Value> {
	private readonly entries = new Map<string, { value: Value; weight: number }>();
	private total = 0;

	/**
	 * @param capacity the maximum total weight, in the unit of `weigh`
	 * @param weigh the weight of a value; 1 unless given, so that `capacity` is a number of entries
	 */
	constructor(
		private readonly capacity: number,
		private readonly weigh: (value: Value) => number = () => 1,
	) {}

	/** The value of a key, which counts as used now. */
	get(key: string): Value | undefined {
		const entry = this.entries.get(key);
		if (entry === undefined) return undefined;
		this.entries.delete(key);
		this.entries.set(key, entry);
		return entry.value;
	}

	/** Stores a value. A value whose own weight exceeds the capacity is not kept. */
	set(key: string, value: Value): void {
		this.delete(key);
		const weight = this.weigh(value);
		if (weight > this.capacity) return;
		this.entries.set(key, { value, weight });
		this.total += weight;
		for (const oldest of this.entries.keys()) {
			if (this.total <= this.capacity) return;
			this.delete(oldest);
		}
	}

	delete(key: string): void {
		const entry = this.entries.get(key);
		if (entry === undefined) return;
		this.entries.delete(key);
		this.total -= entry.weight;
	}
}
