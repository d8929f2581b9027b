type Headers = Readonly<Record<string, string>>;

const longestHours = 24;

/** Until when a refusal for being too many, or too early, asks us to stay away; undefined where it does not say. */
export function retryAfter(headers: Headers, now: Date): Date | undefined {
	const asked = headers["retry-after"]?.trim();
	if (asked === undefined || asked === "") return undefined;
	if (/^\d+$/.test(asked)) return after(Number(asked), now);
	const date = Date.parse(asked);
	if (Number.isNaN(date)) return undefined;
	return after((date - now.getTime()) / 1000, now);
}

/** Until when nothing is left, where the answer says that this was the last request. */
export function exhausted(headers: Headers, now: Date): Date | undefined {
	const { remaining, seconds } = read(headers);
	if (remaining === undefined || remaining > 0) return undefined;
	return after(seconds ?? 60, now);
}

/** When the provider's own window ends, where it says. */
export function windowEnd(headers: Headers, now: Date): Date | undefined {
	const { seconds } = read(headers);
	return seconds === undefined ? undefined : after(seconds, now);
}

// RateLimit-Remaining, -Reset and -Policy, as in "50;w=180"
function read(headers: Headers) {
	const policy = headers["ratelimit-policy"] ?? "";
	const window = /(?:^|[;,\s])w=(\d+)/.exec(policy)?.[1];
	return {
		remaining: number(headers["ratelimit-remaining"]),
		seconds: number(headers["ratelimit-reset"]) ?? number(window),
	};
}

function number(text: string | undefined): number | undefined {
	return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text)
		? Number(text)
		: undefined;
}

function after(seconds: number, now: Date): Date {
	const bounded = Math.min(Math.max(seconds, 0), longestHours * 3600);
	return new Date(now.getTime() + Math.ceil(bounded * 1000));
}
