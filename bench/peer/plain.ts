import { takesOn } from "./takes-on.ts";

export const handler = takesOn();
