/** Turns a line that a function logged into one that a person reads; nothing, if there is nothing to tell. */
export function tell(functionName: string, line: string): string | undefined {
	const logged = parse(line);
	if (!logged)
		return line.trim() === "" ? undefined : `${functionName}  ${line}`;
	const { Provider = functionName, function: kind } = logged;
	const sentences = tellers[String(kind)]?.(logged);
	if (!sentences) return `${functionName}  ${line}`;
	return sentences
		.map((words) => [said(Provider, 11), ...words].join(" ").trimEnd())
		.join("\n");
}

type Logged = Readonly<Record<string, unknown>>;

const tellers: Readonly<Record<string, (logged: Logged) => string[][]>> = {
	webhook: ({ outcome, type, id, reason, error }) => [
		[
			said(outcome, 11),
			said(type ?? reason ?? error, 34),
			said(id ?? (type === undefined ? undefined : reason), 0),
		],
	],
	forward: ({ events, failures, held }) => [
		...list(events).map(({ id, type }) => [
			said("forwarded", 11),
			said(type, 34),
			said(id, 0),
		]),
		...list(failures).map(({ id, reason }) => [
			said("failed", 11),
			said(reason, 34),
			said(id, 0),
		]),
		...(held ? [[said("held up", 11), said(held, 0)]] : []),
	],
	poll: ({
		requests,
		observed,
		recorded,
		recovered,
		known,
		failed,
		...more
	}) => [
		[
			said("polled", 11),
			counted({ requests, observed, recorded, recovered, known, failed }) ||
				said(more.outcome ?? more.reason ?? more.error ?? "", 0),
		],
	],
	watch: ({ outcome, status, provider }) => [
		[said("watch", 11), said(provider, 0), said(outcome, 34), `${status}`],
	],
};

function counted(counts: Logged): string {
	return Object.entries(counts)
		.filter(([, count]) => count !== undefined)
		.map(([name, count]) => `${count} ${name}`)
		.join(", ");
}

function said(value: unknown, width: number): string {
	return String(value ?? "").padEnd(width);
}

function list(value: unknown): Logged[] {
	return Array.isArray(value) ? value : [];
}

function parse(line: string): Logged | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === "object" && value !== null
			? (value as Logged)
			: undefined;
	} catch {
		return undefined;
	}
}
