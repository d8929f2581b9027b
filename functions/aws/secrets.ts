import {
	GetSecretValueCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod";

const keptSeconds = 300;
const pauseSeconds = 30;
const timeoutMs = 2000;

const tokens = z.object({
	token: z.string().min(43),
	previousToken: z.string().min(43).optional(),
});

export type Settings<Own> = Own & z.output<typeof tokens>;

/** A provider's settings, read through a cache of some minutes, so that a change needs no deploy. */
export interface SettingsReader<Own> {
	/** settings of any age the cache allows, or not older than `maxAgeSeconds`; throws where they cannot be had */
	read(options?: { maxAgeSeconds?: number }): Promise<Settings<Own>>;
}

export interface SettingsOptions<Own> {
	secret: string;
	schema: z.ZodType<Own> & z.ZodObject;
	now?: () => Date;
}

/** Starts reading at once, so that Lambda's init does the work; a failure shows at the first `read`. */
export function openSettings<Own>({
	secret,
	schema,
	now = () => new Date(),
}: SettingsOptions<Own>): SettingsReader<Own> {
	const client = new SecretsManagerClient({ maxAttempts: 2 });
	const whole = schema.extend(tokens.shape);
	let kept: { settings: Settings<Own>; at: number } | undefined;
	let failedAt = Number.NEGATIVE_INFINITY;
	let reading: Promise<Settings<Own>> | undefined;

	async function fetchSettings(): Promise<Settings<Own>> {
		const command = new GetSecretValueCommand({ SecretId: secret });
		const startedAt = now().getTime();
		const answer = await client.send(command, {
			abortSignal: AbortSignal.timeout(timeoutMs),
		});
		const settings = parseSettings<Own>(whole, answer.SecretString ?? "");
		kept = { settings, at: startedAt };
		return settings;
	}

	function fetchOnce(): Promise<Settings<Own>> {
		reading ??= fetchSettings().finally(() => {
			reading = undefined;
		});
		return reading;
	}

	fetchOnce().catch(() => {});

	return {
		async read({ maxAgeSeconds } = {}) {
			const age = kept
				? (now().getTime() - kept.at) / 1000
				: Number.POSITIVE_INFINITY;
			if (kept && age <= (maxAgeSeconds ?? keptSeconds)) return kept.settings;
			// an outage of the secret store refuses nobody who was welcome before it
			const lenient =
				kept && maxAgeSeconds === undefined ? kept.settings : undefined;
			if (lenient && now().getTime() - failedAt < pauseSeconds * 1000)
				return lenient;
			try {
				return await fetchOnce();
			} catch (error) {
				failedAt = now().getTime();
				if (lenient) return lenient;
				throw error;
			}
		},
	};
}

function parseSettings<Own>(schema: z.ZodType, text: string): Settings<Own> {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new SettingsUnreadable("The secret is not JSON.");
	}
	const result = schema.safeParse(json);
	if (result.success) return result.data as Settings<Own>;
	const fields = result.error.issues.map(
		(issue) => `${issue.path.join(".")}: ${issue.message}`,
	);
	throw new SettingsUnreadable(
		`The secret's settings are wrong: ${fields.join("; ")}`,
	);
}

/** The secret holds something else than the provider's settings; the message names fields, never values. */
export class SettingsUnreadable extends Error {
	override name = "SettingsUnreadable";
}
