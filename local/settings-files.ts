import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "./disk/atomic-file.ts";
import type { Planned } from "./template/plan.ts";

/** A file that stands for one of a provider's two secrets. */
export interface SettingsFile {
	arn: string;
	provider: string;
	/** `webhook`: its token and proofs; `api`: the credentials with which it is polled */
	holds: "webhook" | "api";
	file: string;
}

export function settingsFile(
	folder: string,
	{ ref, Tags, logicalId }: Planned<"AWS::SecretsManager::Secret">,
): SettingsFile {
	const tag = (name: string) => Tags.find(({ Key }) => Key === name)?.Value;
	const provider = tag("billhook:provider");
	const holds = tag("billhook:secret");
	if (!provider || (holds !== "webhook" && holds !== "api"))
		throw new Error(`The tags of ${logicalId} do not say whose secret it is.`);
	const suffix = { webhook: ".json", api: ".api.json" }[holds];
	return { arn: ref, provider, holds, file: join(folder, provider + suffix) };
}

/** Writes the file on the first start, as Secrets Manager would generate it and with `initial` beside that; keeps it if it is there. */
export function prepareSettings(
	{ file }: SettingsFile,
	secret: Planned<"AWS::SecretsManager::Secret">,
	initial: Readonly<Record<string, unknown>> = {},
): void {
	if (existsSync(file)) return;
	writeJson(file, { ...firstValue(secret), ...initial });
}

function firstValue({
	SecretString,
	GenerateSecretString: how,
}: Planned<"AWS::SecretsManager::Secret">): object {
	if (!how) return JSON.parse(SecretString);
	return {
		...JSON.parse(how.SecretStringTemplate),
		[how.GenerateStringKey]: generated(how.PasswordLength),
	};
}

/** A simulator's address may change from start to start; an address that a person has set may not. */
export function followSimulator(
	{ file }: SettingsFile,
	before: string | undefined,
	now: string,
): void {
	if (before === undefined || before === now) return;
	const settings = readSettings(file);
	const { apiUrl } = settings;
	if (typeof apiUrl !== "string" || !`${apiUrl}/`.startsWith(`${before}/`))
		return;
	writeJson(file, { ...settings, apiUrl: now + apiUrl.slice(before.length) });
}

export function tokenOf({ file }: SettingsFile): string {
	const { token } = readSettings(file);
	if (typeof token === "string") return token;
	throw new Error(
		`${file} has no "token", the secret part of its webhook's address. Put one of at least 43 letters and digits there, or delete the file to have it generated.`,
	);
}

function readSettings(file: string): Record<string, unknown> {
	const settings = readJson(file);
	if (typeof settings === "object" && settings !== null)
		return settings as Record<string, unknown>;
	throw new Error(`${file} is not a JSON object.`);
}

const alphabet =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function generated(length: number): string {
	return Array.from(
		{ length },
		() => alphabet[randomInt(alphabet.length)],
	).join("");
}
