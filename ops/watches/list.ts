import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import { type Column, listOptions, printList } from "../command/list.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { choose } from "../installation/installation.ts";
import { askWatches } from "./address.ts";

const Watch = z.object({
	subject: z.string(),
	kind: z.string().optional(),
	reference: z.string().optional(),
	startedAt: z.string(),
	deadline: z.string().meta({ description: "when it ends by itself" }),
	due: z
		.string()
		.meta({ description: "when the poll asks next, at the earliest" }),
	asked: z.number().meta({ description: "how often the poll has asked" }),
});
const WatchRow = Watch.extend({ provider: z.string() });
type WatchRow = z.output<typeof WatchRow>;

const Page = z.object({ watches: z.array(Watch), next: z.string().optional() });

const columns: readonly Column<WatchRow>[] = [
	{ title: "subject", width: 40, of: ({ subject }) => subject },
	{ title: "provider", width: 12, of: ({ provider }) => provider },
	{ title: "kind", width: 8, of: ({ kind }) => kind },
	{ title: "asked", width: 5, of: ({ asked }) => String(asked) },
	{ title: "asked again", width: 24, of: ({ due }) => due },
	{ title: "ends", of: ({ deadline }) => deadline },
];

export default defineCommand({
	name: "watch list",
	summary: "the subjects that are polled for until they are finished",
	arguments: [{ name: "[<provider>]", says: "of this one only" }],
	options: { ...installationOptions, ...listOptions },
	examples: [["watch list acme", "acme's"]],
	line: WatchRow,
	async run({ values, words: [name], terminal, environment, signal }) {
		const installation = await findInstallation(values, environment);
		const chosen = choose(installation, name);
		async function* rows(): AsyncGenerator<WatchRow> {
			for (const [provider, { tables }] of chosen) {
				if (!tables.watches) continue;
				let next: string | undefined;
				do {
					const { status, json } = await askWatches(installation, provider, {
						method: "GET",
						...(next && { query: { next } }),
						// it is polled, and has no watches
						accepts: name === undefined ? [404] : [],
					});
					if (status === 404) break;
					const page = Page.parse(json);
					for (const watch of page.watches) yield { ...watch, provider };
					next = page.next;
				} while (next);
			}
		}
		return printList(rows(), { values, terminal, columns, signal });
	},
});
