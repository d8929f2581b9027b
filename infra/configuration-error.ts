/** What whoever configures the app can put right: its message says how, and where it was thrown helps nobody. */
export class ConfigurationError extends Error {
	override name = "ConfigurationError";
}
