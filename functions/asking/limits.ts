type Headers = Readonly<Record<string, string>>;

const longestHours = 24;
const epochSeconds = 1_000_000_000;

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
	const { remaining, seconds } = read(headers, now);
	if (remaining === undefined || remaining > 0) return undefined;
	return after(seconds ?? 60, now);
}

/** When the provider's own window ends, where it says. */
export function windowEnd(headers: Headers, now: Date): Date | undefined {
	const { seconds } = read(headers, now);
	return seconds === undefined ? undefined : after(seconds, now);
}

// three generations of one header family: RateLimit: "x";r=0;t=30 - RateLimit-Remaining and -Reset - X-RateLimit-…
function read(headers: Headers, now: Date) {
	const structured = headers.ratelimit ?? "";
	const policy =
		headers["ratelimit-policy"] ?? headers["ratelimit-limit"] ?? "";
	const remaining =
		number(headers["ratelimit-remaining"]) ??
		number(headers["x-ratelimit-remaining"]) ??
		parameter(structured, "r") ??
		parameter(structured, "remaining");
	const reset =
		number(headers["ratelimit-reset"]) ??
		number(headers["x-ratelimit-reset"]) ??
		parameter(structured, "t") ??
		parameter(structured, "reset");
	const until =
		reset !== undefined && reset > epochSeconds
			? reset - now.getTime() / 1000
			: reset;
	return { remaining, seconds: until ?? parameter(policy, "w") };
}

function number(text: string | undefined): number | undefined {
	return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text)
		? Number(text)
		: undefined;
}

function parameter(text: string, name: string): number | undefined {
	return number(new RegExp(`(?:^|[;,\\s])${name}=(\\d+)`).exec(text)?.[1]);
}

function after(seconds: number, now: Date): Date {
	const bounded = Math.min(Math.max(seconds, 0), longestHours * 3600);
	return new Date(now.getTime() + Math.ceil(bounded * 1000));
}
