import { PasswordInput, TextInput } from "@mantine/core";

export function EmailField({ value }: { value?: string | undefined }) {
  return (
    <TextInput
      label="Email"
      name="email"
      type="email"
      autoComplete="username"
      defaultValue={value ?? ""}
      required
      withAsterisk={false}
    />
  );
}

export function PasswordField({ isNew = false }: { isNew?: boolean }) {
  return (
    <PasswordInput
      label={isNew ? "New password" : "Password"}
      name="password"
      autoComplete={isNew ? "new-password" : "current-password"}
      minLength={isNew ? 6 : undefined}
      description={isNew ? "At least 6 characters." : undefined}
      visibilityToggleButtonProps={{ "aria-label": "Show what you type" }}
      required
      withAsterisk={false}
    />
  );
}
