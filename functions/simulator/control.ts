import type { Asked, SimulatedAnswer } from "./asked.ts";
import type { Fault } from "./faults.ts";
import type { Acts, SimulatedApi, Simulator } from "./simulator.ts";
import { type Fate, fates, type Subscription } from "./webhooks.ts";

/** The simulator's own address for people: what it holds, and a way to make things happen or go wrong. */
export async function control<A extends Acts, Facts>(
	simulator: Simulator<A, Facts>,
	api: SimulatedApi<A, Facts>,
	{ method, path, text }: Asked,
): Promise<SimulatedAnswer> {
	const [, , name = ""] = path.split("/");
	try {
		if (method === "GET" && name === "")
			return { body: overview(simulator, api) };
		if (method === "DELETE" && name === "faults") {
			simulator.faults.clear();
			return { status: 204 };
		}
		const input = text === "" ? {} : JSON.parse(text);
		const handle =
			method === "POST" && (controls(simulator)[name] ?? simulator.acts[name]);
		if (!handle)
			return {
				status: 404,
				body: { error: `GET ${simulator.url}/_control says what there is.` },
			};
		const result = await (handle as (input: unknown) => unknown)(input);
		return { body: { done: name, result } };
	} catch (error) {
		return { status: 400, body: { error: (error as Error).message } };
	}
}

function controls({
	webhooks,
	faults,
}: Simulator): Record<string, (input: never) => unknown> {
	return {
		webhooks({
			fate,
			times,
			always,
		}: {
			fate: Fate;
			times?: number;
			always?: boolean;
		}) {
			if (!fates.includes(fate))
				throw new Error(`"fate" can be ${fates.join(", ")}.`);
			webhooks.fate(fate, always ? Number.POSITIVE_INFINITY : times);
		},
		release: (options: { only?: number; reversed?: boolean }) =>
			webhooks.release(options),
		subscribe: (subscription: Subscription) => webhooks.subscribe(subscription),
		faults: (fault: Fault) => faults.add(fault),
	};
}

function overview<A extends Acts, Facts>(
	simulator: Simulator<A, Facts>,
	api: SimulatedApi<A, Facts>,
) {
	const at = `${simulator.url}/_control`;
	const counts: Record<string, number> = {};
	for (const { method, path } of simulator.requests)
		counts[`${method} ${path}`] = (counts[`${method} ${path}`] ?? 0) + 1;
	return {
		ways: {
			[`POST ${at}/webhooks`]: {
				fate: fates.join(" | "),
				times: 1,
				always: false,
			},
			[`POST ${at}/release`]: { only: 0, reversed: false },
			[`POST ${at}/subscribe`]: { url: "http://…", headers: {} },
			[`POST ${at}/faults`]: {
				kind: "status | hang | cut | lost | malformed | shape | oversized | redirect",
				path: "a part of it",
				after: 0,
				times: 1,
				status: 503,
			},
			[`DELETE ${at}/faults`]: "no faults any more",
			...Object.fromEntries(
				Object.entries(api.examples).map(([act, input]) => [
					`POST ${at}/${act}`,
					input,
				]),
			),
		},
		settings: simulator.settings,
		facts: simulator.facts(),
		webhooks: { held: simulator.webhooks.held, sent: simulator.webhooks.sent },
		faults: simulator.faults.waiting,
		requests: counts,
	};
}
