import * as z from "zod/mini";
import { type Once, once } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";

// https://photon-commerce.gitbook.io/photon-commerce-api/async-api-webhook
// The page shows a pull; that the callback brings the same envelope is likely, and nobody has published one.

const key = z.string().check(z.maxLength(1024));
const itsKey = z
	.nullish(key)
	.check(
		z.describe("what Photon fetches the document by; holds an e-mail address"),
	);
// no field but the key says which document it is, and the vendor's own pages disagree on their types
const text = z
	.optional(z.unknown())
	.check(z.describe('text, "" where the document has none'));
const number = z
	.optional(z.unknown())
	.check(z.describe("a number, or one as text"));
const amount = z
	.optional(z.unknown())
	.check(
		z.describe(
			"a number, or one as text, in Currency_Code; 0 where the document has none, too",
		),
	);
const day = z
	.optional(z.unknown())
	.check(
		z.describe('YYYY-MM-DD in samples, without a zone; "" where there is none'),
	);

// an invoice's fields: other kinds of document have others
const Extracted = z.looseObject({
	photon_key: itsKey,
	Document_Type: text,
	Category: text,
	Created: z
		.optional(z.unknown())
		.check(
			z.describe("YYYY-MM-DD hh:mm:ss in samples; no zone, and probably UTC"),
		),
	Pages: number,
	Is_Duplicate: z
		.optional(z.unknown())
		.check(z.describe("0 or 1, or a boolean")),
	Raw_Text: text,
	All_Email_Addresses: text,
	Notes: text,
	Currency_Code: z.optional(z.unknown()).check(z.describe('"USD" in samples')),
	Total: amount,
	Subtotal: amount,
	Balance_Due: amount,
	Tax: amount,
	Tip: amount,
	Discount: amount,
	Shipping: amount,
	Cashback: amount,
	Tax_Lines: z
		.optional(z.unknown())
		.check(z.describe("a list; what a line of it holds is not documented")),
	Line_Items: z
		.optional(z.unknown())
		.check(
			z.describe(
				"a list, of each line its Line, SKU, Date, Order, Reference, Description, QTY, Unit, Tax, Tax_Rate, Type, Price, Discount and Amount, the last in Currency_Code",
			),
		),
	Invoice_Number: text,
	Account_Number: text,
	Reference_Number: text,
	Tracking_Number: text,
	PO_Number: text,
	Card_Number: text,
	Phone_Number: text,
	Vat_Number: text,
	Date: day,
	Due_Date: day,
	Order_Date: day,
	Ship_Date: day,
	Delivery_Date: day,
	Service_Start_Date: day,
	Service_End_Date: day,
	Payment_Terms: text,
	Payment_Type: text,
	Payment_Display_Name: text,
	Bill_To_Name: text,
	Bill_To_Address: text,
	Bill_To_Address_Line: text,
	Bill_To_City: text,
	Bill_To_State: text,
	Bill_To_Zipcode: text,
	Bill_To_Recipient: text,
	Bill_To_Vat_Number: text,
	Ship_To_Name: text,
	Ship_To_Address: text,
	Vendor_Name: text,
	Vendor_Raw_Name: text,
	Vendor_Type: text,
	Vendor_Recipient: text,
	Vendor_Address: text,
	Vendor_Address_Line: text,
	Vendor_City: text,
	Vendor_State: text,
	Vendor_Zipcode: text,
	Vendor_Country: text,
	Vendor_Email: text,
	Vendor_Phone: text,
	Vendor_Fax: text,
	Vendor_ABN_Number: text,
	Vendor_Account_Number: text,
	Vendor_Bank_Name: text,
	Vendor_Bank_Number: text,
	Vendor_Bank_Swift: text,
	Vendor_IBAN: text,
});

export const Processed = z.looseObject({
	data: Extracted.check(
		z.describe("what Photon read; not every field is of every document"),
	),
	photon_key: itsKey,
	ID: z
		.nullish(z.union([z.string(), z.number()]))
		.check(z.describe("your reference")),
	message: z.optional(z.unknown()).check(z.describe("free text")),
	status: text.check(z.describe('"success" while it is being processed, too')),
});

/** Says of a document only that it will be, or is, processed: whoever sends this wants us to ask. */
export const Pending = z.strictObject({
	photon_key: key.check(z.minLength(1)),
	ID: Processed.shape.ID,
	doc_path: text,
	message: z.nullish(
		z.string().check(z.regex(/^$|^success$|being processed/i)),
	),
	status: z.nullish(z.literal("success")),
	data: z.nullish(z.strictObject({})),
});

export function processed(
	photon_key: string,
): Observation<"document.processed"> & { identity: Once } {
	return {
		type: "document.processed",
		subject: photon_key,
		identity: once(photon_key),
	};
}
