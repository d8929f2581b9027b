import type { Equals } from "../../functions/proofs/equals.ts";
import type { Hmac, Written } from "../../functions/proofs/hmac.ts";
import { isShown, type Proof } from "../../functions/proofs/proof.ts";
import type { Shown } from "../../functions/proofs/shown.ts";

export interface Verdict {
	/** which header, and how it proves */
	proof: string;
	shown: boolean;
	/** what is known of why not; never a value of a secret */
	says: string[];
}

/** Which part of a proof differs. */
export function explain(proof: Proof, shown: Shown): Verdict {
	const isRight = isShown(proof, shown);
	if (proof.kind === "equals")
		return {
			proof: `${proof.header} equals a secret`,
			shown: isRight,
			says: isRight ? [] : explainValue(proof, shown),
		};
	const { signature, algorithm, signs } = proof;
	return {
		proof: `${signature.header} signs ${signs} with HMAC-${algorithm}`,
		shown: isRight,
		says: isRight ? [] : explainSignature(proof, shown),
	};
}

function explainValue(proof: Equals, { headers, ...rest }: Shown): string[] {
	const name = proof.header.toLowerCase();
	const value = headers[name];
	if (value === undefined) return [`the header ${name} is missing`];
	if (value === "") return [`the header ${name} is empty`];
	const fits = (change: (text: string) => string) => {
		const accepts = proof.accepts.map(change);
		const changed = { ...headers, [name]: change(value) };
		return isShown({ ...proof, accepts }, { headers: changed, ...rest });
	};
	const bare = (text: string) => text.replace(/^(Bearer|Basic|Token) +/i, "");
	if (fits((text) => text.trim()))
		return ["it differs in white space at its ends alone"];
	if (fits((text) => text.toLowerCase()))
		return ["it differs in capital letters alone"];
	if (fits(bare)) return ["one of the two begins with a scheme, as in Bearer"];
	return ["it is another value"];
}

/** The same proof read otherwise: what people get wrong. */
const readings: readonly [
	says: string,
	as: (proof: Hmac, shown: Shown) => [Hmac, Shown],
][] = [
	[
		"it is right for the body without the line's end behind it: the file has one too many",
		(proof, shown) => [proof, { ...shown, bytes: withoutEnd(shown.bytes) }],
	],
	[
		"it is right for the body as JSON writes it: something between has written it anew",
		(proof, shown) => [proof, { ...shown, bytes: asJson(shown.bytes) }],
	],
	...(["sha1", "sha256", "sha512"] as const).map(
		(algorithm) =>
			[
				`it is right with ${algorithm}`,
				(proof: Hmac, shown: Shown) => [{ ...proof, algorithm }, shown],
			] as [string, (proof: Hmac, shown: Shown) => [Hmac, Shown]],
	),
	...(["hex", "base64"] as const).map(
		(encoding) =>
			[
				`it is right as ${encoding}`,
				(proof: Hmac, shown: Shown) => [{ ...proof, encoding }, shown],
			] as [string, (proof: Hmac, shown: Shown) => [Hmac, Shown]],
	),
	[
		"it signs the body alone",
		(proof, shown) => [{ ...proof, signs: "{body}" }, shown],
	],
];

function explainSignature(proof: Hmac, shown: Shown): string[] {
	const { signature, id, timestamp, signs } = proof;
	const missing = [signature, id, timestamp].flatMap((written) =>
		written && textAt(written, shown) === undefined
			? [sayMissing(written, shown)]
			: [],
	);
	if (missing.length > 0) return missing;
	const stale = timestamp ? explainTime(timestamp, proof, shown) : undefined;
	// judged without its age, whatever else is wrong shows
	const ageless = { ...proof, toleranceSeconds: Number.POSITIVE_INFINITY };
	const isRight = isShown(ageless, shown);
	if (isRight) return stale ? [stale] : [];
	const found = readings
		.filter(([, as]) => isShown(...as(ageless, shown)))
		.map(([says]) => says);
	return [
		...(stale ? [stale] : []),
		...(found.length > 0
			? found
			: [
					`the signature is of another key, or of other bytes than ${signs} makes of these`,
				]),
	];
}

function explainTime(
	written: Written,
	{ toleranceSeconds }: Hmac,
	{ headers, receivedAt }: Shown,
): string | undefined {
	const text = textAt(written, { headers }) ?? "";
	if (!/^\d{1,12}$/.test(text))
		return `the time in ${written.header} is no number of seconds`;
	const apart = Math.round(receivedAt.getTime() / 1000 - Number(text));
	if (Math.abs(apart) <= toleranceSeconds) return undefined;
	return `its time lies ${Math.abs(apart)} s ${apart > 0 ? "before" : "behind"} its reception, and ${toleranceSeconds} s are taken; --at says when it came`;
}

function textAt(
	{ header, between, after = "" }: Written,
	{ headers }: Pick<Shown, "headers">,
): string | undefined {
	const text = headers[header.toLowerCase()];
	const parts =
		between === undefined ? [text ?? ""] : (text ?? "").split(between);
	const part = parts.find((part) => part.startsWith(after) && part !== after);
	return part?.slice(after.length);
}

function sayMissing(
	{ header, after }: Written,
	{ headers }: Pick<Shown, "headers">,
): string {
	return headers[header.toLowerCase()] === undefined
		? `the header ${header} is missing`
		: `the header ${header} has no part that begins with ${after ?? "anything"}`;
}

function withoutEnd(bytes: Uint8Array): Uint8Array {
	return Buffer.from(
		Buffer.from(bytes)
			.toString("latin1")
			.replace(/\r?\n$/, ""),
		"latin1",
	);
}

function asJson(bytes: Uint8Array): Uint8Array {
	try {
		return Buffer.from(
			JSON.stringify(JSON.parse(Buffer.from(bytes).toString())),
		);
	} catch {
		return bytes;
	}
}
