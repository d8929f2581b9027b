import { type Installation, only } from "../installation/installation.ts";
import { readLog } from "../installation/log.ts";
import { readSettings } from "../installation/settings.ts";
import { Forbidden, Trouble } from "../trouble.ts";
import { lastRun } from "./absence.ts";
import { type Aspect, bad, good, off } from "./aspect.ts";

const hidden = off("not looked at: these credentials may not read the secret");

/** What is asked of a delivery beside its token. */
export async function checkProofs(
	installation: Installation,
	provider: string,
	now: Date,
): Promise<Aspect> {
	const mend = `billhook settings show ${provider}`;
	const settings = await settingsOf(
		installation,
		only(installation, provider).secrets.webhook,
	);
	if (settings === "hidden") return hidden;
	if (typeof settings === "string") return bad(settings, mend);
	const wrong = await complaints(installation, provider, "webhook", now);
	if (wrong.length > 0)
		return bad(`the webhook secret is wrong: ${wrong.join("; ")}`, mend);
	const { token, previousToken, ...proofs } = settings;
	if (typeof token !== "string")
		return bad("the webhook secret has no token", mend);
	const names = Object.keys(proofs);
	const says = names.length > 0 ? names.join(", ") : "the token alone";
	return previousToken === undefined
		? good(says)
		: off(`${says}; two tokens are valid`, `billhook token rotate ${provider}`);
}

/** Its fields, or what is wrong with all of them; "hidden" from those who may not read it. */
async function settingsOf(
	installation: Installation,
	secret: string,
): Promise<Record<string, unknown> | string> {
	try {
		return await readSettings(installation, secret);
	} catch (error) {
		// whoever may only look has not the right to read secrets
		if (error instanceof Forbidden) return "hidden";
		if (error instanceof Trouble) return error.message;
		throw error;
	}
}

/** What the function has last said of its settings, within an hour. */
async function complaints(
	installation: Installation,
	provider: string,
	name: "webhook" | "poll",
	now: Date,
): Promise<readonly string[]> {
	let last: readonly string[] = [];
	const lines = readLog(installation, provider, {
		since: new Date(now.getTime() - 3_600_000),
		until: now,
		terms: [name],
	});
	for await (const line of lines)
		if (line.function === name) last = line.settings ?? [];
	return last;
}

/** Whether it can be polled, and is. */
export async function checkPolling(
	installation: Installation,
	provider: string,
	now: Date,
): Promise<{ credentials: Aspect; poll: Aspect }> {
	const { api } = only(installation, provider).secrets;
	if (api === undefined)
		return {
			credentials: off("none are needed"),
			poll: off("this provider has no poll"),
		};
	const settings = await settingsOf(installation, api);
	const run = await lastRun(installation, provider, now);
	return {
		credentials: sayCredentials(settings, run?.settings ?? [], provider),
		poll: sayPoll(run, provider, now),
	};
}

function sayCredentials(
	settings: Awaited<ReturnType<typeof settingsOf>>,
	wrong: readonly string[],
	provider: string,
): Aspect {
	const mend = `billhook settings show ${provider}`;
	if (wrong.length > 0) return bad(`look at ${wrong.join(", ")}`, mend);
	if (settings === "hidden") return hidden;
	if (typeof settings === "string") return bad(settings, mend);
	return Object.keys(settings).length === 0
		? off("none are set", `billhook settings set ${provider}`)
		: good("set");
}

const lateMs = 30 * 60_000;

function sayPoll(
	run: Awaited<ReturnType<typeof lastRun>>,
	provider: string,
	now: Date,
): Aspect {
	const look = `billhook tail --provider ${provider}`;
	if (!run) return off("it has not run for a day", look);
	const { time, skipped, stopped, failed, failures = {}, next } = run;
	if (skipped === "not configured") return off("off, without credentials");
	const [why] = Object.keys(failures);
	if (next !== null && now.getTime() - Date.parse(next) > lateMs)
		return bad(`it has not run since ${time}`, look);
	if (failed > 0)
		return bad(`${failed} requests failed at ${time}: ${why}`, look);
	if (skipped !== undefined && skipped !== "another run is at work")
		return bad(`it asked nothing at ${time}: ${skipped}`, look);
	const end = stopped === undefined ? "" : `, stopped: ${stopped}`;
	return stopped === "breaker"
		? bad(`the breaker is open until ${next}`, look)
		: good(`ran at ${time}${end}`);
}
