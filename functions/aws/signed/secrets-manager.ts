import type { GetSecret } from "../calls.ts";
import { openJsonCalls } from "./json-calls.ts";

/** Reads secrets by requests of our own. */
export function openSecretsManager(): GetSecret {
	const call = openJsonCalls("secretsmanager", {
		contentType: "application/x-amz-json-1.1",
		target: "secretsmanager",
	});
	return async (SecretId, signal) => {
		const { SecretString } = await call("GetSecretValue", { SecretId }, signal);
		return SecretString ?? "";
	};
}
