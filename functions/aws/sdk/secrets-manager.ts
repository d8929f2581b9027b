import {
	GetSecretValueCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { GetSecret } from "../calls.ts";

/** Reads secrets by the SDK. */
export function openSecretsManager(): GetSecret {
	const client = new SecretsManagerClient({
		// repeating, and how long an attempt may take, is up to the caller
		maxAttempts: 1,
		requestHandler: { connectionTimeout: 1000 },
	});
	return async (secret, abortSignal) => {
		const command = new GetSecretValueCommand({ SecretId: secret });
		const { SecretString = "" } = await client.send(command, { abortSignal });
		return SecretString;
	};
}
