import { Button, Text } from "@mantine/core";
import { Link } from "react-router";
import { Page } from "../ui/page";

export function NotFound() {
  return (
    <Page title="Page not found">
      <Text>There's nothing here. The link may be old, or it may belong to another shop.</Text>
      <Button component={Link} to="/" w="fit-content">
        Go to Home
      </Button>
    </Page>
  );
}
