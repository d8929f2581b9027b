import { hash } from "node:crypto";
import { afterSpace, endOfString, endOfWord } from "./json-text.ts";

/** The same for two JSON texts that say the same: key order, spaces, escapes and the spelling of a number do not count, every digit does. */
export function canonicalDigest(json: string): string {
	return hash("sha256", canonical(json), "base64url");
}

interface Open {
	/** the member that comes next */
	key: string;
	/** of an object */
	members?: Map<string, string>;
	/** an array's elements so far */
	elements: string;
}

/** Valid JSON with its keys sorted; walked without recursion, for a body may be nested deeper than the stack. */
export function canonical(json: string): string {
	const open: Open[] = [];
	let whole = "";
	const take = (value: string) => {
		const inside = open.at(-1);
		if (!inside) whole = value;
		else if (inside.members) inside.members.set(inside.key, value);
		else inside.elements += inside.elements === "" ? value : `,${value}`;
	};
	let at = 0;
	while (at < json.length) {
		const character = json[at] ?? "";
		let end = at + 1;
		if (character === "{") {
			open.push({ key: "", members: new Map(), elements: "" });
		} else if (character === "[") {
			open.push({ key: "", elements: "" });
		} else if (character === "}") {
			const members = [...(open.pop()?.members ?? [])];
			members.sort(([one], [other]) => (one < other ? -1 : 1));
			take(`{${listed(members.map(([key, value]) => `${key}:${value}`))}}`);
		} else if (character === "]") {
			take(`[${open.pop()?.elements ?? ""}]`);
		} else if (character === '"') {
			end = endOfString(json, at);
			const text = plain(json.slice(at, end));
			end = afterSpace(json, end);
			const inside = open.at(-1);
			// only a member's name has a colon behind it
			if (json[end] === ":" && inside) inside.key = text;
			else take(text);
		} else if (/[-\w]/.test(character)) {
			end = endOfWord(json, at);
			const word = json.slice(at, end);
			take(/^[-\d]/.test(word) ? exact(word) : word);
		}
		at = end;
	}
	return whole;
}

/** Not `join`, which would copy a deeply nested inside once for every level. */
function listed(parts: readonly string[]): string {
	let text = "";
	for (const part of parts) text += text === "" ? part : `,${part}`;
	return text;
}

function plain(text: string): string {
	return text.includes("\\") ? JSON.stringify(JSON.parse(text)) : text;
}

/** With a longer exponent a number is kept as it is spelled: counting would take seconds, or lose a digit. */
const maxPowerLength = 15;

/** One spelling for 1, 1.0 and 10e-1, whatever its length. */
function exact(word: string): string {
	const [, sign = "", whole = "", fraction = "", power = "0"] =
		/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(word) ?? [];
	const digits = whole + fraction;
	let first = 0;
	while (digits[first] === "0") first++;
	let end = digits.length;
	while (end > first && digits[end - 1] === "0") end--;
	if (first === end) return "0";
	if (power.length > maxPowerLength) return word;
	const exponent = Number(power) + digits.length - end - fraction.length;
	return `${sign}${digits.slice(first, end)}e${exponent}`;
}
