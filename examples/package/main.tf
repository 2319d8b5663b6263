# Coatcheck as a CloudFormation stack of a Terraform configuration, from the template of `npx coatcheck package`.

variable "bucket" {
  default = "example-artifacts"
}

locals {
  folder = "${path.module}/coatcheck-package"
}

resource "aws_s3_object" "code" {
  for_each = fileset("${local.folder}/code", "*.zip")
  bucket   = var.bucket
  key      = "coatcheck/${each.value}"
  source   = "${local.folder}/code/${each.value}"
}

resource "aws_s3_object" "template" {
  bucket = var.bucket
  key    = "coatcheck/template.json"
  source = "${local.folder}/template.json"
  etag   = filemd5("${local.folder}/template.json")
}

resource "aws_cloudformation_stack" "coatcheck" {
  name         = "coatcheck-prod"
  template_url = "https://${var.bucket}.s3.amazonaws.com/${aws_s3_object.template.key}?${aws_s3_object.template.etag}"
  capabilities = ["CAPABILITY_IAM"]
  depends_on   = [aws_s3_object.code]
}

output "sessions_table" {
  value = aws_cloudformation_stack.coatcheck.outputs["SessionsTableName"]
}

output "authorizer_arn" {
  value = aws_cloudformation_stack.coatcheck.outputs["AuthorizerArn"]
}
