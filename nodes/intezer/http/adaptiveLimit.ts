const FIRST_WIDTH = 2;
/** The most requests in flight. */
export const MAX_WIDTH = 20;
/** After a refusal: this many accepted requests later, the limits are back at what the service was seen to accept. */
const RECOVERY = 100;
/** How far a refusal lowers the width: by half. */
const WIDTH_CUT = 0.5;
/** How far below the measured pace the requests continue. */
const PACE_CUT = 0.1;
/** A pace measured over fewer accepted requests is not reliable. */
const MIN_MEASURED = 3;

/**
 * Learns from refusals how many requests a service accepts: in flight (width) and per millisecond (pace). Before the first
 * refusal each accepted request widens by one, and there is no pace. A refusal halves the width, and the pace follows
 * from what was accepted since the refusal before. Then both follow a cubic curve over the accepted requests, as in
 * TCP CUBIC: soon close to the known limit, long close to it, so that refusals are rare, and then faster and faster
 * above it, because the limit may be gone.
 *
 * All times are milliseconds of a clock that never goes back.
 */
export class AdaptiveLimit {
	/** No request may be sent before this time. */
	sendAt = -Infinity;
	/** What the last refusal showed. */
	private knownWidth: number | undefined;
	private knownPace: number | undefined;
	/** Requests accepted since, while more were waiting. */
	private accepted = 0;
	/** The start of the pace measurement, and the number of requests accepted since. */
	private measuredFrom = 0;
	private measured = 0;

	/** The most requests in flight now, from 1 to 20. */
	get width(): number {
		const width =
			this.knownWidth === undefined
				? FIRST_WIDTH + this.accepted
				: this.knownWidth * this.relativeTo(WIDTH_CUT);
		return Math.max(1, Math.min(MAX_WIDTH, Math.floor(width)));
	}

	/** Requests per millisecond; undefined while nothing limits them. */
	get pace(): number | undefined {
		return this.knownPace === undefined ? undefined : this.knownPace * this.relativeTo(PACE_CUT);
	}

	/** A request is sent. @param wasIdle no request was needed for some time: that time does not count toward the pace */
	send(now: number, wasIdle: boolean): void {
		if (wasIdle) this.measureFrom(now);
		if (this.pace !== undefined) this.sendAt = now + 1 / this.pace;
	}

	/** A request was accepted. @param isLimiting more requests are waiting: else it is unknown whether more would be accepted */
	accept(isLimiting: boolean): void {
		this.measured++;
		if (isLimiting || this.knownWidth === undefined) this.accepted++;
	}

	/** A request was refused, the first of those in flight together: lowers the limits, and pauses until a time. */
	refuse(pausedUntil: number): void {
		this.knownWidth = Math.max(2, this.width);
		this.accepted = 0;
		this.pauseUntil(pausedUntil);
		if (this.measured < MIN_MEASURED) return;
		// The pause counts: the service accepted nothing more in this time.
		this.knownPace = this.measured / Math.max(1, this.sendAt - this.measuredFrom);
		this.measureFrom(this.sendAt);
	}

	/** Another request in flight was refused: at most extends the pause. */
	pauseUntil(time: number): void {
		if (time <= this.sendAt) return;
		if (this.measuredFrom === this.sendAt) this.measuredFrom = time;
		this.sendAt = time;
	}

	private measureFrom(time: number): void {
		this.measuredFrom = time;
		this.measured = 0;
	}

	/** A factor: `1 - cut` after a refusal, 1 after RECOVERY accepted requests, then growing faster and faster. */
	private relativeTo(cut: number): number {
		return 1 + cut * (this.accepted / RECOVERY - 1) ** 3;
	}
}
