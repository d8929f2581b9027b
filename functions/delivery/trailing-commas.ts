import { afterSpace, endOfString } from "../inbox/json-text.ts";

/** The text without commas between a value and the end of its object or array, where a sender documents such. */
export function withoutTrailingCommas(text: string): string {
	let kept = "";
	let from = 0;
	let before = "";
	for (let at = 0; at < text.length; at++) {
		const character = text[at] ?? "";
		if (character === '"') at = endOfString(text, at) - 1;
		else if (character === "," && endsAfter(text, at) && endsValue(before)) {
			kept += text.slice(from, at);
			from = at + 1;
		}
		if (character.trim() !== "") before = character;
	}
	return kept + text.slice(from);
}

function endsAfter(text: string, comma: number): boolean {
	const next = text[afterSpace(text, comma + 1)];
	return next === "}" || next === "]";
}

function endsValue(character: string): boolean {
	return !["", "{", "[", ",", ":"].includes(character);
}
