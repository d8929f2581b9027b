import { createHash } from "node:crypto";

/** The same for two JSON texts that say the same: key order, spaces, escapes and the spelling of a number do not count, every digit does. */
export function canonicalDigest(json: string): string {
	return createHash("sha256").update(canonical(json)).digest("base64url");
}

interface Open {
	/** the member that comes next; absent in an array */
	key?: string;
	members: Map<string, string>;
}

/** Valid JSON with its keys sorted; walked without recursion, for a body may be nested deeper than the stack. */
export function canonical(json: string): string {
	const open: Open[] = [];
	let whole = "";
	const take = (value: string) => {
		const inside = open.at(-1);
		if (!inside) whole = value;
		else inside.members.set(inside.key ?? `${inside.members.size}`, value);
	};
	let at = 0;
	while (at < json.length) {
		const character = json[at] ?? "";
		let end = at + 1;
		if (character === "{" || character === "[") {
			open.push({ members: new Map() });
		} else if (character === "}") {
			const members = [...(open.pop()?.members ?? [])];
			members.sort(([one], [other]) => (one < other ? -1 : 1));
			take(`{${listed(members.map(([key, value]) => `${key}:${value}`))}}`);
		} else if (character === "]") {
			take(`[${listed([...(open.pop()?.members.values() ?? [])])}]`);
		} else if (character === '"') {
			end = endOfString(json, at);
			const text = plain(json.slice(at, end));
			while (isSpace(json[end])) end++;
			const inside = open.at(-1);
			if (json[end] === ":" && inside) inside.key = text;
			else take(text);
		} else if (!isSpace(character) && character !== "," && character !== ":") {
			while (/[\w.+-]/.test(json[end] ?? " ")) end++;
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

function endOfString(json: string, start: number): number {
	let end = start;
	for (;;) {
		end = json.indexOf('"', end + 1);
		if (end < 0) return json.length;
		let escapes = 0;
		while (json[end - 1 - escapes] === "\\") escapes++;
		if (escapes % 2 === 0) return end + 1;
	}
}

function plain(text: string): string {
	return text.includes("\\") ? JSON.stringify(JSON.parse(text)) : text;
}

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
	const exponent =
		BigInt(power) + BigInt(digits.length - end - fraction.length);
	return `${sign}${digits.slice(first, end)}e${exponent}`;
}

function isSpace(character: string | undefined): boolean {
	return (
		character === " " ||
		character === "\n" ||
		character === "\r" ||
		character === "\t"
	);
}
