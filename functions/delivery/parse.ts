import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { Issue } from "../inbox/quarantine.ts";
import type { Content, Form, Provider } from "../provider.ts";
import type { Genuine } from "./auth.ts";
import { withoutTrailingCommas } from "./trailing-commas.ts";

export const maxBodyBytes = 4 * 1024 * 1024;

export type Parsed = Pick<Content, "json" | "text" | "form">;

// it takes a byte order mark away
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The body as JSON, and the text it was; a form, where its provider takes forms, as an object of texts. */
export function parse(
	{ bytes, headers }: Genuine,
	{ forms }: Pick<Provider, "forms">,
): Parsed | { issue: Issue } {
	if (isChanged(bytes, headers["content-length"]))
		return say(
			"the body was changed on the way, for its content-length is another; sent with the content type application/octet-stream it comes as it is",
		);
	try {
		const plain = decompress(bytes, headers["content-encoding"]);
		const text = decoder.decode(plain);
		return forms && isForm(headers["content-type"])
			? parseForm(text)
			: parseJson(text);
	} catch (error) {
		if (error instanceof SyntaxError) return say("the body is not JSON");
		if (isTooLarge(error))
			return say(`the body has more than ${maxBodyBytes} bytes, decompressed`);
		return say("the body is not UTF-8");
	}
}

function say(message: string): { issue: Issue } {
	return { issue: { path: "", message } };
}

/** The gateway puts U+FFFD for what is not UTF-8 in a body of a text type. */
function isChanged(bytes: Uint8Array, contentLength = ""): boolean {
	return /^\d+$/.test(contentLength) && Number(contentLength) !== bytes.length;
}

const decompressors = {
	gzip: gunzipSync,
	"x-gzip": gunzipSync,
	deflate: inflateSync,
	br: brotliDecompressSync,
} as const;

function decompress(bytes: Uint8Array, contentEncoding = ""): Uint8Array {
	const name = contentEncoding.trim().toLowerCase();
	if (!(name in decompressors)) return bytes;
	try {
		return decompressors[name as keyof typeof decompressors](bytes, {
			maxOutputLength: maxBodyBytes,
		});
	} catch (error) {
		if (isTooLarge(error)) throw error;
		// whoever stands between may have undone it already
		return bytes;
	}
}

function isTooLarge(error: unknown): boolean {
	return (
		error instanceof RangeError &&
		"code" in error &&
		error.code === "ERR_BUFFER_TOO_LARGE"
	);
}

function parseJson(text: string): Parsed {
	try {
		return { json: JSON.parse(text), text };
	} catch (error) {
		const strict = withoutTrailingCommas(text);
		if (strict === text) throw error;
		return { json: JSON.parse(strict), text: strict };
	}
}

function isForm(contentType = ""): boolean {
	return /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType);
}

function parseForm(text: string): Parsed {
	const fields = new URLSearchParams(text);
	const form: Form = Object.fromEntries(
		[...new Set(fields.keys())].map((name) => {
			const [first = "", ...others] = fields.getAll(name);
			return [name, others.length > 0 ? [first, ...others] : first];
		}),
	);
	return { json: form, text: JSON.stringify(form), form };
}
