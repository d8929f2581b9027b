import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Installed } from "../../functions/installed.ts";
import { openSecretsManager } from "../../local/secrets-manager.ts";
import { installed, type TypedAt, typeAt } from "./billhook.ts";
import type { Cloud } from "./cloud.ts";
import { temporaryFolder } from "./local-app.ts";

/** Types commands at one provider, installed with what these secrets hold. */
export async function typeWithSecrets(
	stack: AsyncDisposableStack,
	cloud: Cloud,
	{
		name,
		webhook,
		api = {},
		...own
	}: {
		name: string;
		webhook: object;
		api?: object;
	} & Partial<Pick<Installed, "hook" | "paths">> & { url?: string },
): Promise<TypedAt> {
	const { url = "https://inbox.example", ...more } = own;
	const folder = stack.use(temporaryFolder());
	const held = { webhook, api };
	const kinds = ["webhook", "api"] as const;
	const secrets = kinds.map((kind) => ({
		provider: name,
		holds: kind,
		arn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${kind}-local0`,
		file: join(folder.path, `${kind}.json`),
	}));
	for (const { holds, file } of secrets)
		writeFileSync(file, JSON.stringify(held[holds]));
	const manager = stack.use(await openSecretsManager(secrets));
	const endpoints = { ...cloud.endpoints, secretsmanager: manager.endpoint };
	return typeAt({ endpoints }, folder.path, {
		[name]: installed({
			api: url,
			hook: `/hooks/${name}/{token}`,
			secrets: {
				webhook: secrets[0]?.arn ?? "",
				api: secrets[1]?.arn,
			},
			...more,
		}),
	});
}
