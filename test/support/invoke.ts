import { freePort } from "../../local/engines/port.ts";
import { openInvokeApi } from "../../local/lambda/invoke-api.ts";
import type { Invoked } from "../../local/lambda/invoked.ts";

/** Lambda's Invoke over a function of the test's own, whatever it is called. */
export async function openFreeInvokeApi(
	invoke: (name: string, event: unknown) => Promise<Invoked>,
) {
	return openInvokeApi({
		port: await freePort(),
		find: (target) => target,
		invoke,
	});
}
