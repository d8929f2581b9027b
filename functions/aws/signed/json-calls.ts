import type { Service } from "./endpoint.ts";
import { openRequests, refusal } from "./requests.ts";

/** Calls of a service that speaks JSON, one attempt each; operations are named behind its target. */
export function openJsonCalls(
	service: Service,
	by: { contentType: string; target: string; endpoint?: string },
) {
	const { send } = openRequests(service, by.endpoint);
	return async (operation: string, input: object, signal: AbortSignal) => {
		const headers = {
			"content-type": by.contentType,
			"x-amz-target": `${by.target}.${operation}`,
		};
		const body = JSON.stringify(input, bytesAsText);
		const asked = { method: "POST", path: "/", headers, body };
		const { status, bytes } = await send(asked, signal);
		const answer = read(bytes);
		if (status === 200 && answer) return answer;
		const { __type, message = answer?.Message, Item } = answer ?? {};
		// com.amazonaws.dynamodb.v20120810#ThrottlingException
		const code = __type?.slice(__type.lastIndexOf("#") + 1);
		throw Object.assign(refusal(status, code, message), { Item });
	};
}

/** Undefined where it is another server's, or was cut. */
function read(bytes: Buffer) {
	try {
		return JSON.parse(bytes.toString(), textAsBytes);
	} catch {
		return undefined;
	}
}

function bytesAsText(this: Readonly<Record<string, unknown>>, name: string) {
	const value = this[name];
	return value instanceof Uint8Array
		? Buffer.from(value).toString("base64")
		: value;
}

/** DynamoDB names a type before each value, and calls bytes B. */
function textAsBytes(name: string, value: unknown) {
	return name === "B" && typeof value === "string"
		? Buffer.from(value, "base64")
		: value;
}
