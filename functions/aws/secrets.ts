import { setTimeout as delay } from "node:timers/promises";
import { readSecret, type SecretShape, SettingsUnreadable } from "../secret.ts";
import type { GetSecret } from "./calls.ts";
import { patiently } from "./patience.ts";

const settledSeconds = 10;
// an outage is not asked about at every delivery
const pauseSeconds = 30;
const attemptMs = 2000;
// init's own call may hang: a handler soon makes another
const initMs = 500;

/** A provider's settings, which a person may change without a deploy. */
export interface SettingsReader<Settings> {
	/** as they were a while ago; while they cannot be read, as they were last, so that nobody welcome is refused */
	read(leftMs: number): Promise<Settings>;
	/** as they were ten seconds ago at most, or as many as are said: whoever is to be refused may have been let in since */
	fresh(leftMs: number, withinSeconds?: number): Promise<Settings>;
	/** what is wrong with the secret as it stands, by field */
	complaints(): readonly string[];
}

export interface SettingsOptions<Settings> {
	/** the secret's name or ARN */
	secret: string;
	shape: SecretShape<Settings>;
	/** for how long they are not asked for again */
	keptSeconds: number;
	getSecret: GetSecret;
	now?: () => Date;
}

/** Asks for the settings at once, so that Lambda's init does the work; what goes wrong then is done again by `read`. */
export function openSettings<Settings>({
	secret,
	shape,
	keptSeconds,
	getSecret,
	now = () => new Date(),
}: SettingsOptions<Settings>): SettingsReader<Settings> {
	let last: { settings: Settings; at: number } | undefined;
	let failedAt = Number.NEGATIVE_INFINITY;
	let complaints: readonly string[] = [];
	let init: Promise<unknown> | undefined = ask(
		AbortSignal.timeout(attemptMs),
	).catch(() => {});

	async function ask(signal: AbortSignal): Promise<Settings> {
		const at = now().getTime();
		const text = await getSecret(secret, signal);
		try {
			last = { settings: readSecret(text, shape), at };
		} catch (error) {
			if (error instanceof SettingsUnreadable) complaints = error.complaints;
			throw error;
		}
		complaints = [];
		return last.settings;
	}

	/** Gives init's call its chance; answers the time left. */
	async function awaitInit(leftMs: number): Promise<number> {
		if (!init) return leftMs;
		const begun = performance.now();
		await Promise.race([init, delay(initMs)]);
		init = undefined;
		return leftMs - (performance.now() - begun);
	}

	/** Asks once; whatever comes of it, what was read last still stands. */
	async function renew(leftMs: number): Promise<void> {
		if (isWithin(Math.min(pauseSeconds, keptSeconds), failedAt)) return;
		try {
			await ask(AbortSignal.timeout(Math.min(attemptMs, leftMs / 2)));
		} catch {
			failedAt = now().getTime();
		}
	}

	function isWithin(seconds: number, at: number): boolean {
		return now().getTime() - at < seconds * 1000;
	}

	return {
		async read(leftMs) {
			const left = await awaitInit(leftMs);
			if (!last) return await patiently(left, ask);
			if (!isWithin(keptSeconds, last.at)) await renew(left);
			return last.settings;
		},
		async fresh(leftMs, withinSeconds = settledSeconds) {
			const left = await awaitInit(leftMs);
			if (last && isWithin(withinSeconds, last.at)) return last.settings;
			return await patiently(left, ask);
		},
		complaints: () => complaints,
	};
}
