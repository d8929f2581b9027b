import * as z from "zod";
import { helpOption } from "./arguments.ts";
import type { AnyCommand } from "./command.ts";
import { rowsOf } from "./help.ts";
import { loadAll, type Registry } from "./run.ts";

/** Where the shape of a command's `--json` stands. */
export function schemaPath(name: string): string {
	return `schemas/ops/${name.replaceAll(" ", "-")}.json`;
}

/** What is written from the commands' declarations: the text of each file, by its path. */
export async function documented(
	registry: Registry,
): Promise<Map<string, string>> {
	const commands = await loadAll(registry);
	const files = new Map([["docs/commands.md", page(commands)]]);
	for (const { name, line } of commands)
		if (line) files.set(schemaPath(name), schema(name, line));
	return files;
}

function schema(name: string, line: z.ZodType): string {
	const { $schema, ...shape } = z.toJSONSchema(line, {
		target: "draft-2020-12",
	});
	const named = {
		$schema,
		$id: `urn:billhook:ops:${name.replaceAll(" ", "-")}`,
		title: `a line of billhook ${name} --json`,
		...shape,
	};
	return `${JSON.stringify(named, null, "\t")}\n`;
}

function page(commands: readonly AnyCommand[]): string {
	const contents = commands.map(
		({ name, summary }) =>
			`| [\`${name}\`](#billhook-${name.replaceAll(" ", "-")}) | ${cell(summary)} |`,
	);
	return `# The command line

\`npx billhook …\` where the package is installed, \`npm run billhook -- …\` in this project. Each command is the same for
the local cloud and a deployed installation. Where the local cloud runs (\`.billhook/local.json\` is there, or in the folder
that \`BILLHOOK_DATA\` names), it is asked; \`--stage\` asks what is deployed, with the credentials and region that the AWS
CLI would use, found by the SSM parameters \`/billhook/<stage>/<provider>\`.

A *delivery* is what arrived, refused ones included; an *event* is what was recorded of it; a *message* is what was
handed on.

- Lists print an id first, which the next command takes: \`billhook events --type acme.bill.paid | billhook show --ids -\`.
- \`--json\` prints one object a line, \`--count\` only how many there are. The objects' JSON Schemas are in \`schemas/ops/\`.
- Where no time is typed, the last 24 hours are meant, and the command says so. Times are UTC.
- What acts shows how many it means and three of them, and does nothing without \`--yes\`.
- Exit status: 0 done, 1 something is wrong, 2 not understood, 3 nothing matched.
- Results go to stdout, everything else to stderr; colours and progress to a terminal only, and \`NO_COLOR\` is obeyed.

This page is written from the commands' own declarations, by \`npm run generate\`.

| Command | |
|---|---|
${contents.join("\n")}

${commands.map(section).join("\n\n")}
`;
}

function section(command: AnyCommand): string {
	const { name, summary, description, examples, line } = command;
	const { arguments: taken = [], options } = command;
	const words = ["billhook", name, ...taken.map((argument) => argument.name)];
	const rows = [
		...taken.map((argument) => [argument.name, argument.says] as const),
		...rowsOf({ ...options, ...helpOption }),
	];
	const table = rows.map(
		([first, says]) =>
			`| \`${first.replaceAll("|", "\\|")}\` | ${cell(says)} |`,
	);
	const typed = examples.map(([typed, says]) => `# ${says}\nbillhook ${typed}`);
	return [
		`## billhook ${name}`,
		`\`${words.join(" ")} [options]\`: ${summary}.`,
		...(description ? [description] : []),
		`| | |\n|---|---|\n${table.join("\n")}`,
		`\`\`\`text\n${typed.join("\n")}\n\`\`\``,
		...(line ? [`\`--json\`: \`${schemaPath(name)}\``] : []),
	].join("\n\n");
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
