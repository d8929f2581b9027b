import { parseArgs } from "node:util";
import { nearest } from "../../functions/nearest.ts";
import { Misuse } from "../trouble.ts";
import type { AnyCommand, Argument, Option, Options } from "./command.ts";

/** What was typed behind a command's name. */
export interface Typed {
	help: boolean;
	values: Record<string, string | boolean>;
	words: string[];
}

/** Every command has it. */
export const helpOption: Options = {
	help: { type: "boolean", says: "this text" },
};

/** Reads options and arguments as the command declares them; what is not understood is named, with what was probably meant. */
export function readArguments(
	command: AnyCommand,
	typed: readonly string[],
): Typed {
	const options: Options = { ...command.options, ...helpOption };
	const { tokens } = parseArgs({
		args: [...typed],
		options: {
			...options,
			help: { type: "boolean", short: "h" },
		},
		strict: false,
		allowPositionals: true,
		tokens: true,
	});
	const values: Typed["values"] = {};
	const words: string[] = [];
	for (const token of tokens) {
		if (token.kind === "positional") words.push(token.value);
		if (token.kind !== "option") continue;
		const { name, rawName, value, inlineValue } = token;
		const option = options[name];
		if (!option) throw new Misuse(unknownOption(rawName, options));
		if (name in values) throw new Misuse(`${rawName} is given twice.`);
		values[name] = readValue(option, rawName, value, inlineValue);
	}
	const help = values.help === true;
	if (!help) checkWords(command.arguments ?? [], words);
	return { help, values, words };
}

function readValue(
	{ type, value: shown = "a value" }: Option,
	rawName: string,
	value: string | undefined,
	isInline: boolean | undefined,
): string | boolean {
	if (type === "boolean") {
		if (value === undefined) return true;
		throw new Misuse(`${rawName} takes no value.`);
	}
	// `--since --json`: the value was forgotten
	const isOption = !isInline && value?.startsWith("--");
	if (value === undefined || value === "" || isOption)
		throw new Misuse(`${rawName} needs ${shown}.`);
	return value;
}

function unknownOption(rawName: string, options: Options): string {
	const names = Object.keys(options);
	const meant = nearest(rawName.replace(/^-+/, ""), names);
	const hint = meant ? ` Is --${meant} meant?` : "";
	return `There is no option ${rawName}.${hint}`;
}

function checkWords(
	declared: readonly Argument[],
	words: readonly string[],
): void {
	const missing = declared[words.length];
	if (missing && !missing.name.startsWith("["))
		throw new Misuse(`${missing.name} is missing: ${missing.says}.`);
	const takesMany = declared.at(-1)?.name.includes("…");
	const extra = words[declared.length];
	if (extra !== undefined && !takesMany)
		throw new Misuse(`"${extra}" is one word too many.`);
}
