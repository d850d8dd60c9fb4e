import type { FormEvent } from "react";

/** The submitted form's fields, by name. */
export function submitted(event: FormEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  return (name) => String(form.get(name) ?? "");
}
