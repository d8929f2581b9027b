import { canonicalDigest } from "../../inbox/canonical.ts";
import type { Example } from "../../provider.ts";

const session = {
	session_id: "136b1aa3-4610-4d0a-89f3-03078a2fce92",
	message: "Upload Completed",
	accounts: [
		{
			account_id: "d35b9df1-871d-43d1-b6c1-67ded2c2e8e5",
			account_number: "XXXXXXXXXXXX0000",
			bank_name: "axis",
			created_at: "2025-11-13 06:48:44",
			statements: [
				{
					statement_id: "bc04560a-d06c-4a51-b412-031b692ecf6f",
					statement_status: "completed",
					error_code: null,
					error_message: null,
					source: "pdf",
					statement_date_range: {
						from_date: "11/08/2025",
						to_date: "10/11/2025",
					},
				},
			],
			account_status: "PARTIAL",
			months: ["2025-08", "2025-09", "2025-10", "2025-11"],
			missing_data: [],
		},
	],
	session_date_range: { from_date: "11/08/2025", to_date: "11/11/2025" },
};

const later = {
	session_id: session.session_id,
	event_name: "SESSION_OF_A_LATER_DAY_NOTIFICATION",
};

export default {
	settings: { webhookSecretKey: "example-secret-key" },
	headers: { "x-secret-key": "example-secret-key" },
	deliveries: [
		{
			title: "a statement was extracted",
			body: {
				entity_id: "unique_entity_id",
				statement_id: "unique_statement_id",
				link_id: "link_id",
				progress: "completed",
				reason: "",
			},
			event: {
				type: "finbox.extraction.completed",
				subject: "unique_entity_id",
			},
		},
		{
			title: "a statement uploaded without a link was extracted",
			body: {
				entity_id: "entity_without_link",
				statement_id: "uploaded_statement_id",
				link_id: null,
				progress: "completed",
				reason: "",
			},
			event: {
				type: "finbox.extraction.completed",
				subject: "entity_without_link",
			},
		},
		{
			title: "a statement could not be extracted",
			body: {
				entity_id: "unique_entity_id",
				statement_id: "unreadable_statement_id",
				link_id: "link_id",
				progress: "failed",
				reason: "The statement could not be parsed",
			},
			event: { type: "finbox.extraction.failed", subject: "unique_entity_id" },
		},
		{
			title: "wrong credentials, so that there is no statement",
			body: {
				entity_id: "entity_without_statement",
				statement_id: "",
				link_id: "link_id",
				progress: "failed",
				reason: "Invalid credentials",
			},
			event: {
				type: "finbox.extraction.failed",
				subject: "entity_without_statement",
			},
		},
		{
			title: "a session has all it needs",
			body: {
				...session,
				event_name: "SESSION_REQUIREMENT_COMPLETION_NOTIFICATION",
			},
			event: {
				type: "finbox.session.requirement_completion",
				subject: session.session_id,
			},
		},
		{
			title: "a session expired",
			body: {
				...session,
				message: "Session Expired",
				event_name: "SESSION_EXPIRY_NOTIFICATION",
			},
			event: { type: "finbox.session.expiry", subject: session.session_id },
		},
		{
			title: "a session's accounts were enriched",
			body: {
				session_id: "c282b2cd-9f87-4ba9-9f73-964bdbd1263b",
				insights_available: true,
				accounts: [
					{
						name: "XXXXXXXXX",
						account_category: "individual",
						account_id: "64d79813-d882-4c15-9ced-383e463678f8",
						bank_name: "iob",
						error_code: "",
						error_message: "",
						account_status: "completed",
						attempt_types: ["PDF"],
					},
				],
				event_name: "ENRICHMENT_NOTIFICATION",
			},
			event: {
				type: "finbox.session.enrichment",
				subject: "c282b2cd-9f87-4ba9-9f73-964bdbd1263b",
			},
		},
		{
			title: "a session event of a later day",
			body: later,
			event: {
				type: "finbox.unrecognized",
				subject: canonicalDigest(JSON.stringify(later)),
			},
		},
	],
} satisfies Example;
