import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import {
	type Column,
	fitted,
	listOptions,
	printList,
} from "../command/list.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { choose } from "../installation/installation.ts";
import { readSecrets } from "./secrets.ts";

const SettingRow = z.object({
	provider: z.string(),
	secret: z.enum(["webhook", "api"]),
	field: z.string(),
	says: z.string().meta({ description: "never the whole of a secret" }),
});
type SettingRow = z.output<typeof SettingRow>;

const columns: readonly Column<SettingRow>[] = [
	{ title: "provider", of: ({ provider }) => provider },
	{ title: "secret", of: ({ secret }) => secret },
	{ title: "field", of: ({ field }) => field },
	{ title: "says", of: ({ says }) => says },
];

export default defineCommand({
	name: "settings show",
	summary: "which settings of a provider are set; no secret is shown",
	description: `Numbers, switches and addresses are shown as they are; of everything else, only that it is set and how long
it is. What a field means stands on the provider's page.`,
	arguments: [{ name: "[<provider>]", says: "of this one only" }],
	options: { ...installationOptions, ...listOptions },
	examples: [["settings show acme", "acme's"]],
	line: SettingRow,
	async run({ values, words: [name], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		const rows: SettingRow[] = [];
		for (const [provider] of choose(installation, name))
			for (const { kind, values } of await readSecrets(installation, provider))
				for (const [field, value] of Object.entries(values))
					rows.push({ provider, secret: kind, field, says: masked(value) });
		return printList(rows, {
			values,
			terminal,
			columns: fitted(columns, rows),
		});
	},
});

/** What may be said of a setting. */
export function masked(value: unknown): string {
	if (typeof value === "number" || typeof value === "boolean")
		return String(value);
	if (typeof value !== "string")
		return `set, ${Object.keys(value ?? {}).length} entries`;
	if (value === "") return "empty";
	return isPlainAddress(value) ? value : `set, ${value.length} characters`;
}

/** An address that says who asks, or whose path is long, may hold a key. */
function isPlainAddress(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, username, search, hash, pathname } = new URL(text);
	return (
		/^https?:$/.test(protocol) &&
		[username, search, hash].every((part) => part === "") &&
		pathname.split("/").every((segment) => segment.length <= 20)
	);
}
